-- Who reaches the rows of meal_run.
ALTER TABLE meal_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_run FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_run;
CREATE POLICY tenant_isolation ON meal_run
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
