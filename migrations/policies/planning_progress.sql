-- Who reaches the rows of planning_progress.
ALTER TABLE planning_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE planning_progress FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON planning_progress;
CREATE POLICY tenant_isolation ON planning_progress
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
