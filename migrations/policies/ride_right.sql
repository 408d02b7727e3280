-- Who reaches the rows of ride_right.
ALTER TABLE ride_right ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_right FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_right;
CREATE POLICY tenant_isolation ON ride_right
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
