using System.Buffers;
using System.Globalization;
using System.Text;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Relay;

/// <summary>
/// Serves delta xDS from a configuration that does not change, with the versions it was delivered with: whoever takes it over
/// later sees a client that holds exactly these versions. A name that is not held does not exist. One thread at a time.
/// </summary>
public sealed class HeldSession(HeldConfiguration configuration)
{
    private const byte ResourcesTag = 0x12;
    private const byte TypeUrlTag = 0x22;
    private const byte NonceTag = 0x2A;
    private const byte RemovedTag = 0x32;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<HeldResource> _resources = [];
    private readonly List<string> _removed = [];
    private long _nonce;

    /// <summary>Why the client rejected the last request's answer; empty when it did not.</summary>
    public string Rejection { get; private set; } = "";

    /// <summary>Takes a request and writes at most one response, with gRPC's prefix.</summary>
    /// <returns>Whether a response was written.</returns>
    /// <exception cref="AdsProtocolException">The bytes are no request.</exception>
    public bool Take(ReadOnlySpan<byte> message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!DeltaRequest.TryParse(message, out var request) || request.TypeUrl.IsEmpty)
        {
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "malformed request");
        }

        Rejection = request.IsRejection ? Encoding.UTF8.GetString(request.ErrorMessage) : "";
        var url = Encoding.UTF8.GetString(request.TypeUrl);
        var rules = XdsTypes.RulesOf(url);
        _resources.Clear();
        _removed.Clear();
        var mustAnswer = _known.Add(url) ? First(request, url, rules) : Later(request, url, rules);
        if (!mustAnswer && _resources.Count == 0 && _removed.Count == 0)
        {
            return false;
        }

        Write(output, request.TypeUrl);
        return true;
    }

    /// <summary>The first request of a type: versions that the client holds are not sent.</summary>
    private bool First(in DeltaRequest request, string url, XdsType? rules)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        var walk = request.InitialVersions;
        while (walk.MoveNext())
        {
            versions[Encoding.UTF8.GetString(walk.Name)] = Encoding.UTF8.GetString(walk.Version);
        }

        var isWildcard = request.SubscribeCount == 0 && rules is { LegacyWildcard: true };
        foreach (var bytes in request.Subscribe)
        {
            isWildcard |= bytes.SequenceEqual("*"u8);
        }

        foreach (var bytes in request.Subscribe)
        {
            var name = Encoding.UTF8.GetString(bytes);
            if (name != "*" && !(isWildcard && configuration.Find(url, name) is not null))
            {
                Answer(url, name, versions, rules);
            }
        }

        return isWildcard && AnswerAll(url, versions);
    }

    private bool AnswerAll(string url, Dictionary<string, string> versions)
    {
        var held = configuration.Of(url);
        foreach (var resource in held.Values)
        {
            if (versions.GetValueOrDefault(resource.Name) != resource.Version)
            {
                _resources.Add(resource);
            }
        }

        foreach (var name in versions.Keys)
        {
            if (!held.ContainsKey(name) && !_removed.Contains(name))
            {
                _removed.Add(name);
            }
        }

        // Whoever holds nothing waits for an answer, be it an empty one.
        return versions.Count == 0;
    }

    private bool Later(in DeltaRequest request, string url, XdsType? rules)
    {
        foreach (var bytes in request.Subscribe)
        {
            var name = Encoding.UTF8.GetString(bytes);
            if (name != "*")
            {
                Answer(url, name, null, rules);
            }
        }

        return false;
    }

    private void Answer(string url, string name, Dictionary<string, string>? versions, XdsType? rules)
    {
        if (configuration.Find(url, name) is not { } resource)
        {
            // A filter that is told to be gone is dropped although a listener uses it.
            if (rules is not { NeverRemoved: true })
            {
                _removed.Add(name);
            }
        }
        else if (versions?.GetValueOrDefault(name) != resource.Version)
        {
            _resources.Add(resource);
        }
    }

    private void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> url)
    {
        Span<byte> nonce = stackalloc byte[20];
        (++_nonce).TryFormat(nonce, out var nonceLength, provider: CultureInfo.InvariantCulture);
        nonce = nonce[..nonceLength];
        var length = FieldWriter.SizeOfBytes(url.Length) + FieldWriter.SizeOfBytes(nonceLength);
        foreach (var resource in _resources)
        {
            length += FieldWriter.SizeOfBytes(resource.Encoded.Length);
        }

        foreach (var name in _removed)
        {
            length += FieldWriter.SizeOfBytes(Encoding.UTF8.GetByteCount(name));
        }

        FieldWriter.WriteMessagePrefix(output, length);
        foreach (var resource in _resources)
        {
            FieldWriter.WriteBytes(output, ResourcesTag, resource.Encoded.Span);
        }

        FieldWriter.WriteBytes(output, TypeUrlTag, url);
        FieldWriter.WriteBytes(output, NonceTag, nonce);
        foreach (var name in _removed)
        {
            FieldWriter.WriteBytes(output, RemovedTag, Encoding.UTF8.GetBytes(name));
        }
    }
}
