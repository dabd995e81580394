using System.Text;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Relay;

/// <summary>
/// Looks on while a client and its control plane talk delta xDS, and knows at each moment what the client has accepted. It says
/// nothing itself: subscriptions, nonces, acceptances and rejections stay between the two. One thread at a time.
/// </summary>
/// <param name="before">What the client had accepted on streams before this one.</param>
public sealed class RelayedStream(HeldConfiguration before)
{
    private readonly Dictionary<string, RelayedType> _types = new(StringComparer.Ordinal);
    private bool _isReadable = true;
    private bool _hasSpoken;

    /// <summary>Whether the client came without any resource: it has just started.</summary>
    public bool IsFresh { get; private set; } = true;

    /// <summary>Grows whenever what the client holds changes.</summary>
    public long Revision { get; private set; }

    /// <summary>
    /// Whether the client has a configuration to work with: clusters and listeners are answered, nothing is on its way, and
    /// the bytes of everything it holds are known. Names that nobody has may still be waited for.
    /// </summary>
    public bool IsWhole
    {
        get
        {
            foreach (var type in _types.Values)
            {
                if (type.IsInFlight || type.HoldsUnknown)
                {
                    return false;
                }
            }

            return _isReadable && IsAnswered(XdsTypes.Cluster.Url) && IsAnswered(XdsTypes.Listener.Url);
        }
    }

    /// <summary>Whether it is whole, and each name that was asked for has been answered.</summary>
    public bool IsSettled
    {
        get
        {
            foreach (var type in _types.Values)
            {
                if (type.IsAwaiting)
                {
                    return false;
                }
            }

            return IsWhole;
        }
    }

    /// <summary>Takes what the client said.</summary>
    public void Request(ReadOnlySpan<byte> message)
    {
        if (!DeltaRequest.TryParse(message, out var request))
        {
            // The control plane will end the stream over it.
            _isReadable = false;
            return;
        }

        if (!_hasSpoken)
        {
            _hasSpoken = true;
            IsFresh = request.InitialVersionCount == 0;
        }

        if (Find(request.TypeUrl).Request(request, before))
        {
            Revision++;
        }
    }

    /// <summary>Takes what the control plane said, before the client can answer it. Its bytes must not change afterwards.</summary>
    public void Response(ReadOnlyMemory<byte> message)
    {
        if (DeltaDelivery.TryParse(message.Span, out var delivery))
        {
            Find(delivery.TypeUrl).Response(delivery.Nonce, message);
        }
        else
        {
            _isReadable = false;
        }
    }

    /// <summary>What the client holds now.</summary>
    public HeldConfiguration Snapshot()
    {
        var types = new Dictionary<string, Dictionary<string, HeldResource>>(_types.Count, StringComparer.Ordinal);
        foreach (var (url, type) in _types)
        {
            types[url] = type.Copy();
        }

        return new HeldConfiguration(types);
    }

    private bool IsAnswered(string url) => _types.TryGetValue(url, out var type) && type.IsAnswered;

    private RelayedType Find(ReadOnlySpan<byte> url)
    {
        var text = Encoding.UTF8.GetString(url);
        if (!_types.TryGetValue(text, out var type))
        {
            type = new RelayedType(text);
            _types.Add(text, type);
        }

        return type;
    }
}
