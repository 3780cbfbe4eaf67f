-- Files to raw rows: every cell as text, with the file and the record where it stood.
--
-- Only sound lines are read; one that is not would be an error. The project sets such lines aside, which
-- is more work than is done here.

-- One file's content is one load.
create table loads as
select
    filename,
    parse_filename(filename) as _source_file,
    'shop-' || left(sha256(content), 12) as _load_id
from read_blob('input/*.csv');

-- The cells, and which record of all files each one is. Files come in the order of their names.
copy (
    select
        * exclude (filename),
        filename,
        row_number() over () as _position,
        now() as _loaded_at
    from read_csv(
        'input/*.csv',
        header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, filename = true,
        nullstr = '\N',
        columns = {
            'transaction_id': 'varchar', 'transaction_at': 'varchar', 'customer_id': 'varchar',
            'customer_name': 'varchar', 'customer_email': 'varchar', 'product_id': 'varchar',
            'product_name': 'varchar', 'category': 'varchar', 'quantity': 'varchar',
            'unit_price': 'varchar', 'amount': 'varchar', 'status': 'varchar',
            'payment_method': 'varchar', 'country': 'varchar'
        }
    )
) to 'shop_raw.parquet' (format parquet, compression snappy);

create table starts as
select
    filename,
    min(_position) - 1 as records_before
from 'shop_raw.parquet'
group by filename;

create view shop_raw as
select
    raw.* exclude (filename, _position, _loaded_at),
    null::map(varchar, varchar) as _extra_cells,
    'shop' as _feed,
    loads._load_id,
    loads._source_file,
    raw._position - starts.records_before as _row_number,
    -- The header is line 1, and no cell of the generated files holds a line end.
    raw._position - starts.records_before + 1 as _line_number,
    raw._loaded_at,
    null::varchar as _set_aside_reason,
    null::varchar as _set_aside_detail,
    null::varchar as _set_aside_text,
    null::blob as _set_aside_bytes,
    raw._position
from 'shop_raw.parquet' as raw
inner join loads using (filename)
inner join starts using (filename);

create view bronze_sales as
select
    * exclude (_extra_cells, _set_aside_detail, _set_aside_bytes),
    transaction_id as order_id,
    false as is_amount_derived,
    _feed || '/' || _source_file || '#' || _row_number as _row_id
from shop_raw;
