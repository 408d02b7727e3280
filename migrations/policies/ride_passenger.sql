-- Who reaches the rows of ride_passenger.
ALTER TABLE ride_passenger ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_passenger FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_passenger;
CREATE POLICY tenant_isolation ON ride_passenger
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
