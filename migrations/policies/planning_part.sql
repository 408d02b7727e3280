-- Who reaches the rows of planning_part.
ALTER TABLE planning_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE planning_part FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON planning_part;
CREATE POLICY tenant_isolation ON planning_part
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
