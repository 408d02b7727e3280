-- Who reaches the rows of meal_order.
ALTER TABLE meal_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_order FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_order;
CREATE POLICY tenant_isolation ON meal_order
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
