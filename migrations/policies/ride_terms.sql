-- Who reaches the rows of ride_terms.
ALTER TABLE ride_terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_terms FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_terms;
CREATE POLICY tenant_isolation ON ride_terms
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
