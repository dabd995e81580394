using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Mesh.Policies.Merging;

namespace Mesh.Policies;

/// <summary>All policies that edit configuration, found by <see cref="PolicyAttribute"/>, in the order in which they do it.</summary>
public sealed class PolicyCatalog
{
    private readonly FrozenDictionary<string, Policy> _byKind;

    /// <summary>Takes the given policies.</summary>
    /// <exception cref="ArgumentException">Two are of one kind.</exception>
    public PolicyCatalog(IEnumerable<Policy> policies)
    {
        InOrder = [.. policies.OrderBy(policy => policy.Order).ThenBy(policy => policy.Kind, StringComparer.Ordinal)];
        _byKind = InOrder.ToFrozenDictionary(policy => policy.Kind, StringComparer.Ordinal);
    }

    /// <summary>The policies of this assembly.</summary>
    public static PolicyCatalog Default { get; } = new(Find(typeof(PolicyCatalog).Assembly));

    /// <summary>Every policy, ascending by <see cref="Policy.Order"/>.</summary>
    public IReadOnlyList<Policy> InOrder { get; }

    /// <summary>Finds the policy of a kind.</summary>
    public bool TryGet(string kind, [NotNullWhen(true)] out Policy? policy) => _byKind.TryGetValue(kind, out policy);

    /// <summary>How entries of a kind are merged; kinds without a policy here merge as most do.</summary>
    public ConfMerging MergingOf(string kind) => TryGet(kind, out var policy) ? policy.Merging : ConfMerging.Default;

    private static IEnumerable<Policy> Find(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type.IsDefined(typeof(PolicyAttribute), inherit: false)
        select (Policy)Activator.CreateInstance(type, nonPublic: true)!;
}
