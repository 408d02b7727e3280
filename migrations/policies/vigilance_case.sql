-- Who reaches the rows of vigilance_case.
ALTER TABLE vigilance_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigilance_case FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON vigilance_case;
CREATE POLICY tenant_isolation ON vigilance_case
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
