-- Who reaches the rows of meal_round.
ALTER TABLE meal_round ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_round FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_round;
CREATE POLICY tenant_isolation ON meal_round
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
