
import dgxblock.registry.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dgx_registry', '0008_schemes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attempt',
            name='phase',
            field=models.CharField(choices=[('send', 'Send'), ('lookup', 'Lookup'), ('poll', 'Poll'), ('probe', 'Probe'), ('shadow', 'Shadow'), ('callback', 'Callback'), ('import', 'Import')], max_length=8),
        ),
        migrations.CreateModel(
            name='OfficialFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', dgxblock.registry.fields.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('registry', models.CharField(max_length=32)),
                ('sha256', models.CharField(max_length=64)),
                ('live_for', models.CharField(help_text='Registry and digest, unless discarded.', max_length=97, null=True, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('staged', 'Staged'), ('approved', 'Approved'), ('discarded', 'Discarded')], default='staged', max_length=10)),
                ('rows_total', models.PositiveIntegerField(default=0)),
                ('body_enc', models.TextField(help_text='Compressed.')),
                ('uploader', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField()),
                ('decider', models.CharField(blank=True, max_length=64)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'dgx_reg_official_file',
                'indexes': [models.Index(fields=['registry', 'uploaded_at'], name='dgx_reg_official_when')],
            },
        ),
        migrations.CreateModel(
            name='OfficialRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', dgxblock.registry.fields.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('row_no', models.PositiveIntegerField(help_text='As a spreadsheet counts.')),
                ('match', models.CharField(choices=[('exact', 'Exact'), ('fuzzy', 'Fuzzy'), ('unmatched', 'Unmatched'), ('conflicting', 'Conflicting'), ('duplicate', 'Duplicate')], max_length=12)),
                ('code', models.CharField(blank=True, help_text='Why it is not exact.', max_length=40)),
                ('status', models.CharField(blank=True, max_length=8)),
                ('name_mask', models.CharField(blank=True, max_length=16)),
                ('id_mask', models.CharField(blank=True, max_length=24)),
                ('line_enc', models.TextField()),
                ('chosen', models.BooleanField(default=False)),
                ('result', models.CharField(blank=True, help_text='What came of it, once approved.', max_length=40)),
                ('achievement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dgx_registry.achievement')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='dgx_registry.officialfile')),
            ],
            options={
                'db_table': 'dgx_reg_official_row',
                'constraints': [models.UniqueConstraint(fields=('file', 'row_no'), name='dgx_reg_official_row_once')],
            },
        ),
    ]
