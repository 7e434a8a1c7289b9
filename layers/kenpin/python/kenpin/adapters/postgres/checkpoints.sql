-- Where readers that keep no rows have got to.
create table if not exists read_models.reader_checkpoint (
    reader  text not null,
    stream  text not null,
    version bigint not null,
    primary key (reader, stream)
);
alter table read_models.reader_checkpoint owner to kenpin_app;
grant select on all tables in schema read_models to kenpin_reader, kenpin_trainer;
