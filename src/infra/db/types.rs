//! How our values are kept in columns: one SQL type each, so that one schema serves every engine.

use std::io::Write;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::data_types::PgTimestamp;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{
    BigInt, Binary, Nullable, SingleValue, SqlOrd, SqlType, Text, Timestamptz,
};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use crate::base::{
    AuditId, ImageId, LetterId, MemberId, MessageId, ProposalId, ReportId, RoomId, SessionId,
    SuspensionId, Timestamp,
};

/// An identifier: 16 bytes; a `uuid` on `PostgreSQL`.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct DbId;

/// A moment: microseconds since 1970; a `timestamptz` on `PostgreSQL`.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct DbTime;

impl SqlOrd for DbId {}
impl SqlOrd for DbTime {}

/// A list of texts, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonList(pub Vec<String>);

/// Lets a type of ours stand in queries where a column of type `$sql` is meant.
macro_rules! column_type {
    ($ours:ty, $sql:ty) => {
        impl<DB> Queryable<$sql, DB> for $ours
        where
            DB: Backend,
            $sql: SingleValue,
            Self: FromSql<$sql, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }

        impl AsExpression<$sql> for $ours {
            type Expression = Bound<$sql, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<'v> AsExpression<$sql> for &'v $ours {
            type Expression = Bound<$sql, &'v $ours>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl AsExpression<Nullable<$sql>> for $ours {
            type Expression = Bound<Nullable<$sql>, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<'v> AsExpression<Nullable<$sql>> for &'v $ours {
            type Expression = Bound<Nullable<$sql>, &'v $ours>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<DB> ToSql<Nullable<$sql>, DB> for $ours
        where
            DB: Backend,
            Self: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <Self as ToSql<$sql, DB>>::to_sql(self, out)
            }
        }
    };
}

macro_rules! id_column {
    ($($ours:ident),*) => {$(
        column_type!($ours, DbId);

        impl ToSql<DbId, Sqlite> for $ours {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.as_uuid().as_bytes().to_vec());
                Ok(IsNull::No)
            }
        }

        impl FromSql<DbId, Sqlite> for $ours {
            fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
                Ok(Self::new(Uuid::from_slice(&bytes)?))
            }
        }

        impl ToSql<DbId, Pg> for $ours {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.as_uuid().as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<DbId, Pg> for $ours {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self::new(Uuid::from_slice(value.as_bytes())?))
            }
        }
    )*};
}

id_column!(
    MemberId,
    SessionId,
    RoomId,
    MessageId,
    ProposalId,
    ImageId,
    LetterId,
    AuditId,
    ReportId,
    SuspensionId
);
column_type!(Timestamp, DbTime);
column_type!(JsonList, Text);

impl ToSql<DbTime, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<DbTime, Sqlite> for Timestamp {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, Sqlite>>::from_sql(value).map(Self::from_micros)
    }
}

/// `PostgreSQL` counts from the year 2000.
const EPOCH_OF_POSTGRES: i64 = 946_684_800_000_000;

impl ToSql<DbTime, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let time = PgTimestamp(self.as_micros() - EPOCH_OF_POSTGRES);
        ToSql::<Timestamptz, Pg>::to_sql(&time, &mut out.reborrow())
    }
}

impl FromSql<DbTime, Pg> for Timestamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let PgTimestamp(time) = FromSql::<Timestamptz, Pg>::from_sql(value)?;
        Ok(Self::from_micros(time + EPOCH_OF_POSTGRES))
    }
}

impl ToSql<Text, Sqlite> for JsonList {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Sqlite> for JsonList {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(Self(serde_json::from_str(&text)?))
    }
}

impl ToSql<Text, Pg> for JsonList {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Pg> for JsonList {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_slice(value.as_bytes())?))
    }
}
