using Mesh.Model.Templates;

namespace Mesh.Model.Validation;

/// <summary>Rules for templates of names: they must parse, and use only fields that there are.</summary>
public static class TemplateRules
{
    /// <summary>Null and an empty text pass.</summary>
    public static void Check(FieldPath path, string? template, IReadOnlyList<string> fields)
    {
        if (string.IsNullOrEmpty(template))
        {
            return;
        }

        if (!GoTemplate.TryParse(template, out var parsed, out var error))
        {
            path.Add($"couldn't parse template: {error}");
            return;
        }

        foreach (var field in parsed.Fields.Where(field => !fields.Contains(field)))
        {
            path.Add($"unknown field .{field}, known are {string.Join(", ", fields.Select(name => "." + name))}");
        }
    }
}
