-- Who reaches the rows of ride_standing.
ALTER TABLE ride_standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_standing FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_standing;
CREATE POLICY tenant_isolation ON ride_standing
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
