-- Who reaches the rows of meal_attendance.
ALTER TABLE meal_attendance ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_attendance FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_attendance;
CREATE POLICY tenant_isolation ON meal_attendance
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
