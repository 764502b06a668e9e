-- Who asks what is kept of them is also told what was noted about it. What is exported about a thing is what the audit log says of its id.
create function audit_about(asked_subject uuid) returns jsonb
language sql stable
return (
    select coalesce(jsonb_agg(jsonb_build_object(
        'at', at,
        'action', action,
        'actor', actor,
        'address', host(address),
        'details', details
    ) order by audit_id), '[]')
    from audit_log
    where subject_id = asked_subject::text
);
