using Mesh.Server.Ads.Http2.Headers;
using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Fuzz.Http2;

/// <summary>Header blocks, one after the other with one table until one is malformed: what comes out is bounded by what went in.</summary>
internal sealed class HeaderTarget : IFuzzTarget, IHeaderSink
{
    /// <summary>Blocks are no longer than this, and no field is longer than the longest block or what the table holds.</summary>
    private const int MaxField = 2 * RequestHead.MaxSize;

    private HeaderDecoder _decoder = new();
    private int _blocks;
    private int _fields;

    public string Name => "hpack";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        Convert.FromHexString("828684418cf1e3c2e5f23a6ba0ab90f4ff"),
        Convert.FromHexString("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"),
        Convert.FromHexString("400a637573746f6d2d6b65790d637573746f6d2d686561646572"),
        Convert.FromHexString("100870617373776f726406736563726574"),
        Convert.FromHexString("3fe10f8286840f0d0774726169"),
    ];

    public IReadOnlyList<byte[]> Words { get; } = [[0x20], [0x3F, 0xE1, 0x1F], [0x3F, 0x11], [0xBE], [0xBF], [0x7F, 0x00], [0xFF, 0x80, 0x01], [0x40, 0x01], [0x00, 0x81], [0xFF, 0xFF, 0xFF, 0xFF]];

    public bool Feed(byte[] input)
    {
        _fields = 0;
        var block = input.AsSpan(0, Math.Min(input.Length, RequestHead.MaxSize));
        var isUnderstood = _decoder.TryDecode(block, this);
        new HeaderDecoder().TryDecode(block, new RequestHead(isTrailers: input.Length % 2 == 0));
        if (_fields > block.Length)
        {
            throw new InvalidOperationException($"{_fields} fields of {block.Length} bytes");
        }

        if (++_blocks % 100 == 0)
        {
            _decoder.Limit(0);
        }

        if (!isUnderstood || _blocks % 150 == 0)
        {
            _decoder = new HeaderDecoder();
        }

        return isUnderstood;
    }

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _fields++;
        if (name.Length > MaxField || value.Length > MaxField)
        {
            throw new InvalidOperationException($"a field of {name.Length} and {value.Length} bytes");
        }
    }

    public void Check()
    {
    }
}
