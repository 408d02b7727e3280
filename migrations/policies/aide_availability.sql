-- Who reaches the rows of aide_availability.
ALTER TABLE aide_availability ENABLE ROW LEVEL SECURITY;
ALTER TABLE aide_availability FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON aide_availability;
CREATE POLICY tenant_isolation ON aide_availability
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
