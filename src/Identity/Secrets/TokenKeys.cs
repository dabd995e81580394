using System.Collections.Concurrent;
using Mesh.Identity.Tokens;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Identity.Secrets;

/// <summary>
/// Keys that sign tokens, and lists of revoked ones, as they are in the store now. Sets are rebuilt only when a secret
/// changed. Safe for concurrent use.
/// </summary>
public sealed class TokenKeys(IResourceStore store)
{
    private const int FirstSerial = 1;

    private readonly SecretStore _secrets = new(store);
    private readonly ConcurrentDictionary<string, Cached> _sets = new(StringComparer.Ordinal);

    /// <summary>How many sets are kept in memory.</summary>
    internal int RememberedCount => _sets.Count;

    /// <summary>Keys of the dataplane tokens of a mesh.</summary>
    public ValueTask<SigningKeySet> ForDataplanesAsync(string mesh, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(mesh);
        return ReadAsync(mesh, [SecretNames.DataplaneTokenKeyPrefix(mesh)], SecretNames.DataplaneTokenRevocations(mesh), cancellationToken);
    }

    /// <summary>Keys of user tokens.</summary>
    public ValueTask<SigningKeySet> ForUsersAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("", [SecretNames.UserTokenKeyPrefix], SecretNames.UserTokenRevocations, cancellationToken);

    /// <summary>Keys of zone tokens; on a zone their public halves.</summary>
    public ValueTask<SigningKeySet> ForZonesAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("", [SecretNames.ZoneTokenKeyPrefix, SecretNames.ZoneTokenPublicKeyPrefix], SecretNames.ZoneTokenRevocations, cancellationToken);

    /// <summary>Sees to it that a mesh has a key for dataplane tokens.</summary>
    public ValueTask EnsureForDataplanesAsync(string mesh, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(mesh);
        return EnsureAsync(mesh, SecretNames.DataplaneTokenKeyPrefix(mesh), cancellationToken);
    }

    /// <summary>Sees to it that there is a key for user tokens.</summary>
    public ValueTask EnsureForUsersAsync(CancellationToken cancellationToken = default) =>
        EnsureAsync("", SecretNames.UserTokenKeyPrefix, cancellationToken);

    /// <summary>Sees to it that there is a key for zone tokens.</summary>
    public ValueTask EnsureForZonesAsync(CancellationToken cancellationToken = default) =>
        EnsureAsync("", SecretNames.ZoneTokenKeyPrefix, cancellationToken);

    private async ValueTask EnsureAsync(string mesh, string prefix, CancellationToken cancellationToken)
    {
        if (SerialsOf(await _secrets.ListAsync(mesh, prefix, cancellationToken).ConfigureAwait(false), prefix).Any())
        {
            return;
        }

        // An RSA key takes a while: beside the caller, so that several can be made at once.
        using var key = await Task.Run(() => SigningKey.Generate(FirstSerial), cancellationToken).ConfigureAwait(false);
        await _secrets.TryCreateAsync(mesh, prefix + key.Id, key.ExportPrivatePem() + "\n", owner: null, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<SigningKeySet> ReadAsync(string mesh, string[] prefixes, string revocations, CancellationToken cancellationToken)
    {
        var found = new List<(string Id, Resource Secret)>();
        foreach (var prefix in prefixes)
        {
            found.AddRange(SerialsOf(await _secrets.ListAsync(mesh, prefix, cancellationToken).ConfigureAwait(false), prefix));
        }

        var lists = await _secrets.ListAsync(mesh, revocations, cancellationToken).ConfigureAwait(false);
        var revoked = lists.FirstOrDefault(secret => secret.Name == revocations);

        if (found.Count == 0 && revoked is null)
        {
            // Not remembered: a mesh may be any text that a token claims.
            _sets.TryRemove($"{mesh}/{prefixes[0]}", out _);
            return SigningKeySet.Empty;
        }

        // Secrets are immutable objects, so the same objects are the same keys.
        var sources = found.Select(pair => pair.Secret).Append(revoked).ToArray();
        var place = $"{mesh}/{prefixes[0]}";
        if (_sets.TryGetValue(place, out var cached) && cached.Sources.SequenceEqual(sources, ReferenceEqualityComparer.Instance))
        {
            return cached.Keys;
        }

        var keys = new SigningKeySet(
            [.. found.Select(pair => TryRead(pair.Id, pair.Secret)).OfType<SigningKey>()],
            revoked is null ? SigningKeySet.Empty.RevokedIds : SigningKeySet.ParseRevocations(SecretStore.TextOf(revoked)));
        _sets[place] = new Cached(sources, keys);
        return keys;
    }

    /// <summary>A secret that is no key is passed over: it must not stop the keys beside it.</summary>
    private static SigningKey? TryRead(string id, Resource secret)
    {
        try
        {
            return SigningKey.FromPem(id, SecretStore.TextOf(secret));
        }
        catch (TokenException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Id, Resource Secret)> SerialsOf(IReadOnlyList<Resource> secrets, string prefix) =>
        secrets.Select(secret => (secret.Name[prefix.Length..], secret)).Where(pair => pair.Item1.Length > 0 && pair.Item1.All(char.IsAsciiDigit));

    private sealed record Cached(IReadOnlyList<Resource?> Sources, SigningKeySet Keys);
}
