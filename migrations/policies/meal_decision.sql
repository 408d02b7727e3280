-- Who reaches the rows of meal_decision.
ALTER TABLE meal_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_decision FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_decision;
CREATE POLICY tenant_isolation ON meal_decision
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
