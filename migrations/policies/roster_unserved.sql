-- Who reaches the rows of roster_unserved.
ALTER TABLE roster_unserved ENABLE ROW LEVEL SECURITY;
ALTER TABLE roster_unserved FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON roster_unserved;
CREATE POLICY tenant_isolation ON roster_unserved
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
