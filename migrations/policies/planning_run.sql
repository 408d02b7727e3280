-- Who reaches the rows of planning_run.
ALTER TABLE planning_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE planning_run FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON planning_run;
CREATE POLICY tenant_isolation ON planning_run
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
