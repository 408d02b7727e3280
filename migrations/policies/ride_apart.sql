-- Who reaches the rows of ride_apart.
ALTER TABLE ride_apart ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_apart FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_apart;
CREATE POLICY tenant_isolation ON ride_apart
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
