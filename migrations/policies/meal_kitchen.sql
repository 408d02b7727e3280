-- Who reaches the rows of meal_kitchen.
ALTER TABLE meal_kitchen ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_kitchen FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_kitchen;
CREATE POLICY tenant_isolation ON meal_kitchen
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
