using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Mesh.Model.Text;

/// <summary>
/// Lists that were read become arrays of just their length: specs are kept for as long as their resources, and a list grown while reading has room for items that
/// never come.
/// </summary>
internal static class ExactLists
{
    private static readonly MethodInfo _fit = typeof(ExactLists).GetMethod(nameof(Fit), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Applies it to the properties of a type.</summary>
    public static void Apply(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        foreach (var property in type.Properties)
        {
            if (property.Set is { } set
                && property.PropertyType is { IsGenericType: true } list
                && list.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            {
                var fit = _fit.MakeGenericMethod(list.GetGenericArguments()).CreateDelegate<Func<object?, object?>>();
                property.Set = (target, value) => set(target, fit(value));
            }
        }
    }

    private static object? Fit<T>(object? value) => value is List<T> list ? list.ToArray() : value;
}
