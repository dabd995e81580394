using System.Buffers;
using System.Globalization;
using System.Text;
using Mesh.Server.Ads.Grpc;
using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Server.Ads.Http2.Headers;

/// <summary>The header block of a request, or its trailers: what we need of it, and whether it is well-formed (RFC 9113, section 8).</summary>
internal sealed class RequestHead : IHeaderSink
{
    /// <summary>Largest list of fields that is taken (SETTINGS_MAX_HEADER_LIST_SIZE): tokens are some kilobytes.</summary>
    public const int MaxSize = 16 * 1024;

    private static readonly SearchValues<byte> _nameBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8);
    private static readonly SearchValues<byte> _forbiddenInValues = SearchValues.Create("\0\r\n"u8);

    private readonly bool _isTrailers;
    private bool _sawAuthority;
    private bool _sawRegular;
    private bool _isMalformed;
    private int _size;

    /// <summary>An empty head.</summary>
    /// <param name="isTrailers">Whether it comes behind the body: without pseudo-headers.</param>
    public RequestHead(bool isTrailers = false) => _isTrailers = isTrailers;

    public string? Method { get; private set; }

    public string? Path { get; private set; }

    public string? Scheme { get; private set; }

    public string? ContentType { get; private set; }

    /// <summary>The first credential; never logged.</summary>
    public string? Authorization { get; private set; }

    /// <summary>Length of the body that was announced; null: none was.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>More than <see cref="MaxSize"/>.</summary>
    public bool IsTooLarge => _size > MaxSize;

    /// <summary>Whether the rules of HTTP are kept (section 8.1.1).</summary>
    public bool IsWellFormed => !_isMalformed && (_isTrailers || (Method is not null && Scheme is not null && Path is { Length: > 0 }));

    /// <summary>Whether it is a gRPC call.</summary>
    public bool IsGrpc => GrpcResponse.IsGrpc(ContentType);

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _size += HeaderField.SizeOf(name.Length, value.Length);
        if (IsTooLarge || _isMalformed)
        {
            return;
        }

        if (value.ContainsAny(_forbiddenInValues) || IsPadded(value) || name.IsEmpty)
        {
            _isMalformed = true;
        }
        else if (name[0] == (byte)':')
        {
            _isMalformed = _isTrailers || _sawRegular || !TryTakePseudo(name, value);
        }
        else
        {
            _sawRegular = true;
            _isMalformed = name.ContainsAnyExcept(_nameBytes) || !TryTakeRegular(name, value);
        }
    }

    private static bool IsPadded(ReadOnlySpan<byte> value) => value is [(byte)' ' or (byte)'\t', ..] or [.., (byte)' ' or (byte)'\t'];

    /// <summary>A value as text: one object for all requests if it is one of those that all requests have.</summary>
    private static string Text(ReadOnlySpan<byte> value, params ReadOnlySpan<string> usual)
    {
        foreach (var text in usual)
        {
            if (Ascii.Equals(value, text))
            {
                return text;
            }
        }

        return Encoding.Latin1.GetString(value);
    }

    private bool TryTakePseudo(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual(":method"u8) && Method is null)
        {
            Method = Text(value, "POST");
        }
        else if (name.SequenceEqual(":path"u8) && Path is null)
        {
            Path = Text(value, AdsMethods.Paths);
        }
        else if (name.SequenceEqual(":scheme"u8) && Scheme is null)
        {
            Scheme = Text(value, "http", "https");
        }
        else if (name.SequenceEqual(":authority"u8) && !_sawAuthority)
        {
            _sawAuthority = true;
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool TryTakeRegular(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("content-type"u8))
        {
            ContentType ??= Text(value, "application/grpc");
        }
        else if (name.SequenceEqual("authorization"u8))
        {
            Authorization ??= Encoding.Latin1.GetString(value);
        }
        else if (name.SequenceEqual("content-length"u8))
        {
            if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || (ContentLength is { } other && other != length))
            {
                return false;
            }

            ContentLength = length;
        }
        else if (name.SequenceEqual("te"u8))
        {
            return value.SequenceEqual("trailers"u8);
        }
        else
        {
            // Those belong to connections, and there are none of them in HTTP/2 (section 8.2.2).
            return !(name.SequenceEqual("connection"u8) || name.SequenceEqual("proxy-connection"u8) || name.SequenceEqual("keep-alive"u8)
                || name.SequenceEqual("transfer-encoding"u8) || name.SequenceEqual("upgrade"u8));
        }

        return true;
    }
}
