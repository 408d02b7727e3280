-- Who reaches the rows of volunteer_bond.
ALTER TABLE volunteer_bond ENABLE ROW LEVEL SECURITY;
ALTER TABLE volunteer_bond FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON volunteer_bond;
CREATE POLICY tenant_isolation ON volunteer_bond
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
