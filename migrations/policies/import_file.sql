-- Who reaches the rows of import_file.
ALTER TABLE import_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_file FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON import_file;
CREATE POLICY tenant_isolation ON import_file
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
