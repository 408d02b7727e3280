-- Who reaches the rows of ride_plan.
ALTER TABLE ride_plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_plan FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_plan;
CREATE POLICY tenant_isolation ON ride_plan
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
