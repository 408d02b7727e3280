-- Who reaches the rows of repair.
ALTER TABLE repair ENABLE ROW LEVEL SECURITY;
ALTER TABLE repair FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON repair;
CREATE POLICY tenant_isolation ON repair
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
