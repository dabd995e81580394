using Mesh.Load.Responses;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Envoys;

/// <summary>A stream of <c>StreamAggregatedResources</c>: each request lists all names, each response of clusters and listeners all of them.</summary>
internal sealed class StateStream(EnvoyContext context, EnvoyState state, Action<EnvoyStream> reconnect)
    : EnvoyStream(context, state, reconnect)
{
    /// <summary>Path of the method.</summary>
    public const string Path = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

    private const byte VersionInfo = 0x0A;
    private const byte Node = 0x12;
    private const byte ResourceNames = 0x1A;
    private const byte TypeUrl = 0x22;
    private const byte ResponseNonce = 0x2A;
    private const byte ErrorDetail = 0x32;

    private readonly byte[]?[] _nonces = new byte[]?[XdsKind.All.Length];

    protected override bool IsDelta => false;

    protected override int Take(HeldType held, ResponseReader response)
    {
        if (!response.Version.IsEmpty)
        {
            held.Version = response.Version.ToArray();
        }

        var came = new HashSet<int>();
        foreach (var number in response.Entries)
        {
            if (Take(held, number, isFullState: true))
            {
                came.Add(Context.Facts[number].Name);
            }
        }

        if (held.Kind.IsWildcard)
        {
            RemoveOthers(held, came);
        }

        return response.Entries.Length;
    }

    protected override void WriteFirst(HeldType held)
    {
        _nonces[held.Kind.Index] = null;
        Write(held, nonce: null);
    }

    protected override void WriteChange(HeldType held) => Write(held, _nonces[held.Kind.Index]);

    protected override void WriteAnswer(HeldType held, ReadOnlySpan<byte> nonce, string? error)
    {
        _nonces[held.Kind.Index] = nonce.ToArray();
        Write(held, nonce);
        if (error is not null)
        {
            WriteError(ErrorDetail, error);
        }
    }

    private void RemoveOthers(HeldType held, HashSet<int> came)
    {
        var gone = new List<int>();
        foreach (var (name, _) in held.Entries)
        {
            if (!came.Contains(name))
            {
                gone.Add(name);
            }
        }

        gone.ForEach(name => State.Remove(held, name, Context.Changes));
    }

    private void Write(HeldType held, ReadOnlySpan<byte> nonce)
    {
        WriteNode(Node);
        if (held.Version.Length > 0)
        {
            FieldWriter.WriteBytes(Context.Request, VersionInfo, held.Version);
        }

        if (!held.Kind.IsWildcard)
        {
            foreach (var (name, _) in held.Entries)
            {
                FieldWriter.WriteBytes(Context.Request, ResourceNames, Context.Facts.Names[name]);
            }
        }

        FieldWriter.WriteBytes(Context.Request, TypeUrl, held.Kind.Url);
        if (!nonce.IsEmpty)
        {
            FieldWriter.WriteBytes(Context.Request, ResponseNonce, nonce);
        }
    }
}
