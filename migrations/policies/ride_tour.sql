-- Who reaches the rows of ride_tour.
ALTER TABLE ride_tour ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_tour FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_tour;
CREATE POLICY tenant_isolation ON ride_tour
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
