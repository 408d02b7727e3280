-- Who reaches the rows of meal_subscription.
ALTER TABLE meal_subscription ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_subscription FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_subscription;
CREATE POLICY tenant_isolation ON meal_subscription
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
