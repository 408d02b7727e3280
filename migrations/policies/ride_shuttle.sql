-- Who reaches the rows of ride_shuttle.
ALTER TABLE ride_shuttle ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_shuttle FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_shuttle;
CREATE POLICY tenant_isolation ON ride_shuttle
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
