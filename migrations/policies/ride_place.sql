-- Who reaches the rows of ride_place.
ALTER TABLE ride_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_place FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_place;
CREATE POLICY tenant_isolation ON ride_place
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
