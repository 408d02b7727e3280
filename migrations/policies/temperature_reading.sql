-- Who reaches the rows of temperature_reading.
ALTER TABLE temperature_reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE temperature_reading FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON temperature_reading;
CREATE POLICY tenant_isolation ON temperature_reading
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
