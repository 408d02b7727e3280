-- Who reaches the rows of care_plan.
ALTER TABLE care_plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE care_plan FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON care_plan;
CREATE POLICY tenant_isolation ON care_plan
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
