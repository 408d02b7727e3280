-- Look-ups made before any organisation is known: sign-in, session cookie, bearer token.
-- They run as the owner of the tables, whom the policies of these four tables let see all
-- rows, and return at most what one exact e-mail address or one digest designates.
-- The search path is fixed: nobody can slip a table of the same name in front of ours.

CREATE OR REPLACE FUNCTION carecoord_account_by_email(wanted_email text)
RETURNS TABLE (
    account_id uuid, email text, display_name text, password_hash text, disabled_at timestamptz,
    organisation_id uuid, role text
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT a.id, a.email, a.display_name, a.password_hash, a.disabled_at, m.organisation_id, m.role
    FROM public.account a LEFT JOIN public.membership m ON m.account_id = a.id
    WHERE a.email = wanted_email
    ORDER BY m.created_at, m.id
$$;

CREATE OR REPLACE FUNCTION carecoord_session_by_digest(wanted_digest bytea)
RETURNS TABLE (
    session_id uuid, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz,
    account_id uuid, email text, display_name text, disabled_at timestamptz,
    organisation_id uuid, role text
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT s.id, s.created_at, s.last_seen_at, s.expires_at,
           a.id, a.email, a.display_name, a.disabled_at, m.organisation_id, m.role
    FROM public.session s
    JOIN public.account a ON a.id = s.account_id
    LEFT JOIN public.membership m
        ON m.account_id = s.account_id AND m.organisation_id = s.organisation_id
    WHERE s.digest = wanted_digest
$$;

CREATE OR REPLACE FUNCTION carecoord_api_token_by_digest(wanted_digest bytea)
RETURNS TABLE (
    token_id uuid, expires_at timestamptz, revoked_at timestamptz,
    account_id uuid, disabled_at timestamptz, organisation_id uuid, role text
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT t.id, t.expires_at, t.revoked_at, a.id, a.disabled_at, t.organisation_id, m.role
    FROM public.api_token t
    JOIN public.account a ON a.id = t.account_id
    LEFT JOIN public.membership m
        ON m.account_id = t.account_id AND m.organisation_id = t.organisation_id
    WHERE t.digest = wanted_digest
$$;

-- The application role is given the right to call them after each migration (carecoord.db.rls).
REVOKE ALL ON FUNCTION carecoord_account_by_email(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION carecoord_session_by_digest(bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION carecoord_api_token_by_digest(bytea) FROM PUBLIC;
