-- Who reaches the rows of ride_commune.
ALTER TABLE ride_commune ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_commune FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_commune;
CREATE POLICY tenant_isolation ON ride_commune
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
