-- Who reaches the rows of meal_rules.
ALTER TABLE meal_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_rules FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_rules;
CREATE POLICY tenant_isolation ON meal_rules
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
