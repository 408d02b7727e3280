-- Who reaches the rows of ride_trip.
ALTER TABLE ride_trip ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_trip FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_trip;
CREATE POLICY tenant_isolation ON ride_trip
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
