-- Who reaches the rows of meal_vehicle.
ALTER TABLE meal_vehicle ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_vehicle FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_vehicle;
CREATE POLICY tenant_isolation ON meal_vehicle
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
