-- Who reaches the rows of ride_leg.
ALTER TABLE ride_leg ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_leg FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_leg;
CREATE POLICY tenant_isolation ON ride_leg
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
