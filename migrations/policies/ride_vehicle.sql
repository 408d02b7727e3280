-- Who reaches the rows of ride_vehicle.
ALTER TABLE ride_vehicle ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_vehicle FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_vehicle;
CREATE POLICY tenant_isolation ON ride_vehicle
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
