-- Who reaches the rows of ride_travel.
ALTER TABLE ride_travel ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_travel FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_travel;
CREATE POLICY tenant_isolation ON ride_travel
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
