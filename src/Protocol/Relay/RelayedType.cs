using System.Text;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Relay;

/// <summary>One type of a relayed stream: what the client holds, and what it has been sent and has not answered.</summary>
internal sealed class RelayedType(string url)
{
    private readonly Dictionary<string, HeldResource> _held = new(StringComparer.Ordinal);
    private readonly HashSet<string> _awaited = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly List<Unanswered> _unanswered = [];
    private bool _hasSpoken;

    public string Url { get; } = url;

    /// <summary>Whether the client has accepted something of this type, now or before this stream.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Whether a response waits for its answer.</summary>
    public bool IsInFlight => _unanswered.Count > 0;

    /// <summary>Whether the client waits for a name that it asked for.</summary>
    public bool IsAwaiting => _awaited.Count > 0;

    /// <summary>Whether the client holds something whose bytes are not known here.</summary>
    public bool HoldsUnknown => _unknown.Count > 0;

    public Dictionary<string, HeldResource> Copy() => new(_held, StringComparer.Ordinal);

    /// <summary>Takes a request.</summary>
    /// <returns>Whether what the client holds has changed.</returns>
    public bool Request(in DeltaRequest request, HeldConfiguration before)
    {
        var changed = !_hasSpoken && TakeHeld(request, before);
        _hasSpoken = true;
        foreach (var bytes in request.Unsubscribe)
        {
            var name = Encoding.UTF8.GetString(bytes);
            _awaited.Remove(name);
            changed |= Forget(name);
        }

        foreach (var bytes in request.Subscribe)
        {
            var name = Encoding.UTF8.GetString(bytes);
            if (name != "*" && !_held.ContainsKey(name) && !_unknown.Contains(name))
            {
                _awaited.Add(name);
            }
        }

        return TakeAnswer(request) || changed;
    }

    /// <summary>Takes a response that the client has not answered yet; its bytes are kept until it has.</summary>
    public void Response(ReadOnlySpan<byte> nonce, ReadOnlyMemory<byte> message) => _unanswered.Add(new Unanswered(nonce.ToArray(), message));

    /// <summary>What the client says it holds: the versions that are known here are as they were.</summary>
    private bool TakeHeld(in DeltaRequest request, HeldConfiguration before)
    {
        var versions = request.InitialVersions;
        while (versions.MoveNext())
        {
            var name = Encoding.UTF8.GetString(versions.Name);
            if (before.Find(Url, name) is { } known && known.Version == Encoding.UTF8.GetString(versions.Version))
            {
                _held[name] = known;
            }
            else
            {
                _unknown.Add(name);
            }
        }

        IsAnswered = request.InitialVersionCount > 0;
        return IsAnswered;
    }

    private bool TakeAnswer(in DeltaRequest request)
    {
        for (var i = 0; i < _unanswered.Count && !request.Nonce.IsEmpty; i++)
        {
            if (request.Nonce.SequenceEqual(_unanswered[i].Nonce))
            {
                var message = _unanswered[i].Message;
                _unanswered.RemoveAt(i);
                return !request.IsRejection && Apply(message.Span);
            }
        }

        return false;
    }

    private bool Apply(ReadOnlySpan<byte> message)
    {
        if (!DeltaDelivery.TryParse(message, out var delivery))
        {
            return false;
        }

        foreach (var encoded in delivery.Resources)
        {
            if (DeltaDelivery.TryReadResource(encoded, out var nameBytes, out var version))
            {
                var name = Encoding.UTF8.GetString(nameBytes);
                _held[name] = new HeldResource(name, Encoding.UTF8.GetString(version), encoded.ToArray());
                _awaited.Remove(name);
                _unknown.Remove(name);
            }
        }

        foreach (var bytes in delivery.Removed)
        {
            var name = Encoding.UTF8.GetString(bytes);
            _awaited.Remove(name);
            Forget(name);
        }

        IsAnswered = true;
        return true;
    }

    private bool Forget(string name) => _held.Remove(name) | _unknown.Remove(name);

    private readonly record struct Unanswered(byte[] Nonce, ReadOnlyMemory<byte> Message);
}
