-- Who reaches the rows of api_token.
ALTER TABLE api_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_token FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON api_token;
CREATE POLICY tenant_isolation ON api_token
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid OR EXISTS (SELECT FROM pg_class c WHERE c.oid = 'api_token'::regclass AND pg_get_userbyid(c.relowner) = current_user))
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
