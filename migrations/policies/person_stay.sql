-- Who reaches the rows of person_stay.
ALTER TABLE person_stay ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_stay FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON person_stay;
CREATE POLICY tenant_isolation ON person_stay
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
