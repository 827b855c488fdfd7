import { type Kysely, sql } from 'kysely'

/** Leases turns to dial: tokens out of each lane's bucket, and places among those that may be open. All lanes or none; by the database's clock. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create function lease_turns(
        lanes text[], holder_id uuid, per_second float8, burst float8, places_at_most integer,
        tokens_wanted float8, places_wanted integer, lease_seconds float8
      ) returns table (tokens float8, places integer) language plpgsql as $$
      declare
        one text;
        moment timestamptz;
        left_tokens float8;
        left_places integer;
        granted_tokens float8 := tokens_wanted;
        granted_places integer := places_wanted;
      begin
        foreach one in array lanes loop
          perform pg_advisory_xact_lock(hashtextextended('turns:' || one, 0));
        end loop;
        moment := clock_timestamp();
        foreach one in array lanes loop
          insert into turn_lanes as lane (lane, tokens, refilled_at) values (one, burst, moment)
            on conflict (lane) do update set
              tokens = least(burst, lane.tokens + per_second * greatest(0, extract(epoch from moment - lane.refilled_at))),
              refilled_at = greatest(lane.refilled_at, moment)
            returning lane.tokens into left_tokens;
          select places_at_most - coalesce(sum(held.places), 0) into left_places from turn_places held
            where held.lane = one and held.holder <> holder_id and held.ends_at > moment;
          granted_tokens := least(granted_tokens, floor(left_tokens));
          granted_places := least(granted_places, left_places);
        end loop;
        granted_tokens := greatest(granted_tokens, 0);
        granted_places := greatest(granted_places, 0);
        foreach one in array lanes loop
          update turn_lanes set tokens = turn_lanes.tokens - granted_tokens where lane = one;
          insert into turn_places as held (lane, holder, places, ends_at)
            values (one, holder_id, granted_places, moment + make_interval(secs => lease_seconds))
            on conflict (lane, holder) do update set places = excluded.places, ends_at = excluded.ends_at;
          delete from turn_places held where held.lane = one and (held.places = 0 or held.ends_at < moment);
        end loop;
        return query select granted_tokens, granted_places;
      end $$`,
    )
    .execute(db)
}
