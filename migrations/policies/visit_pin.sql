-- Who reaches the rows of visit_pin.
ALTER TABLE visit_pin ENABLE ROW LEVEL SECURITY;
ALTER TABLE visit_pin FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON visit_pin;
CREATE POLICY tenant_isolation ON visit_pin
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
